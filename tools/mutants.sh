# Mutation testing of the pure core (settings: [tool.mutmut] in pyproject.toml). Takes some six minutes on one core.
#
# mutmut is not among the locked requirements: it changes nothing that runs, and works on a copy of the files that are
# committed. What survives is printed; exit 1 if anything does.
set -euo pipefail
cd "$(dirname "$0")/.."
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
git archive HEAD | tar -x -C "$work"
mkdir -p "$work/locale/fr/LC_MESSAGES"
cp locale/fr/LC_MESSAGES/django.mo "$work/locale/fr/LC_MESSAGES/"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet "mutmut>=3.8,<4"
# What the tests need comes from the project's own environment.
"$PWD/.venv/bin/python" -c "import sysconfig; print(sysconfig.get_path('purelib'))" \
  > "$("$work/venv/bin/python" -c "import sysconfig; print(sysconfig.get_path('purelib'))")/project.pth"
cd "$work"
venv/bin/python -m mutmut run --max-children 2 > mutmut.log || { tail -n 40 mutmut.log; exit 1; }
tail -n 2 mutmut.log
survivors="$(venv/bin/python -m mutmut results | grep -v -e killed -e timeout || true)"
if [ -n "$survivors" ]; then
  echo "$survivors" | while IFS=: read -r name _; do venv/bin/python -m mutmut show "${name// /}"; done
  exit 1
fi
echo "no mutant survives"
