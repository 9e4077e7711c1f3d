# pgmig into a virtual environment, which is active in the steps after this one.
set -euo pipefail

is_its_source() { grep -qsxF 'name = "pgmig-engine"' "$1/pyproject.toml"; }

version=${VERSION:-${PGMIG_VERSION:-}}
if [ -n "$version" ]; then
    package="pgmig-engine[embedded]==$version"
elif is_its_source "$GITHUB_ACTION_PATH"; then
    package="$GITHUB_ACTION_PATH[embedded]"
elif is_its_source "$GITHUB_WORKSPACE"; then
    package="$GITHUB_WORKSPACE[embedded]"
else
    package='pgmig-engine[embedded]'
fi
python3 -m venv "$RUNNER_TEMP/pgmig"
"$RUNNER_TEMP/pgmig/bin/pip" install --quiet --disable-pip-version-check -- "$package"
"$RUNNER_TEMP/pgmig/bin/pgmig" --version
echo "$RUNNER_TEMP/pgmig/bin" >> "$GITHUB_PATH"
