-- Takes back the twelve rows of the way up and no other. A repair that already uses one of them
-- stops this with a foreign key error: its row cannot go before the repair does.

DELETE FROM shop.standard_job
 WHERE code IN (
    'brakes_adjust', 'brakes_bleed', 'brakes_pads', 'chain_change', 'gears_adjust', 'safety_check',
    'service_full', 'service_small', 'tube_front', 'tube_rear', 'wheel_build', 'wheel_true'
 );
