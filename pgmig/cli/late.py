"""The option for scripts that came late: pending ones below the last that is applied."""

import click

out_of_order = click.option(
    "--out-of-order",
    is_flag=True,
    help="Apply pending migrations below the current version too, instead of refusing.",
)
