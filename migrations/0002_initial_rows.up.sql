-- The repairs at a fixed price, as the paper list beside the counter has them. The table came with
-- the baseline and was empty in every database so far, so a row that is already there is a surprise:
-- the script then fails on its key instead of guessing which of the two is right.

INSERT INTO shop.standard_job (code, label, minutes, labour) VALUES
    ('brakes_adjust', 'Brakes: adjust', 20, 14.00),
    ('brakes_bleed', 'Brakes: bleed hydraulic', 45, 32.00),
    ('brakes_pads', 'Brakes: change pads', 25, 18.00),
    ('chain_change', 'Chain: change', 20, 14.00),
    ('gears_adjust', 'Gears: adjust', 25, 18.00),
    ('safety_check', 'Safety check', 30, 19.00),
    ('service_full', 'Full service', 150, 99.00),
    ('service_small', 'Small service', 60, 45.00),
    ('tube_front', 'Puncture, front wheel', 15, 10.00),
    ('tube_rear', 'Puncture, rear wheel', 20, 14.00),
    ('wheel_build', 'Wheel: build', 90, 65.00),
    ('wheel_true', 'Wheel: true', 30, 21.00);
