"""The rules of who may import, call and touch what, as data and as functions that name each violation."""

import ast
import fnmatch
import importlib.metadata
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[1]
OURS = ("dashboard", "db", "pages", "tests")

# Nothing is fetched at run time, and nothing is sent: what would speak to other machines is imported nowhere.
OTHER_MACHINES = ("urllib.request", "http.client", "ftplib", "smtplib", "webbrowser", "requests", "urllib3", "httpx")
# Who may not import what; a module stands for all in it.
FORBIDDEN_IMPORTS = {
    "db/*": ("streamlit", "streamlit_authenticator", "altair", "pages", "dashboard", "tests", *OTHER_MACHINES),
    # What recounts the derived tables must not share the code that fills them.
    "db/recount*": ("db.refresh",),
    "pages/*": (
        *("sqlalchemy", "alembic", "psycopg", "sqlite3", "db.schema", "db.engine", "dashboard", "tests"),
        *OTHER_MACHINES,
    ),
    "dashboard.py": ("tests", *OTHER_MACHINES),
}
# The modules of db/, from the bottom up: each imports its own layer and those below. A star stands for a family.
LAYERS = (
    ("codes", "dates", "kept", "passwords", "reference", "spreadsheets"),
    ("schema", "migrations"),
    (
        *("engine", "bulk", "cases", "packed", "thresholds", "desks", "access", "audit"),
        *("guard*", "disclosure*", "statistics*"),
    ),
    ("measures", "findings*", "indicators*", "flags*", "figures*", "tallies*", "comparison*", "causes", "reading"),
    (
        "refresh*",
        "recount*",
        "stations*",
        "cohort",
        "durations*",
        "completeness*",
        "waiting",
        "outcomes*",
        "flagged*",
        "sessions",
        "setup",
    ),
    ("records*", "intake*", "check", "casework*", "reviews*", "accounts*"),
    ("demo*",),
    ("__main__", "commands*"),
)
MAY_TOUCH_THE_SESSION = tuple(f"pages/components/{name}.py" for name in ("session", "address", "filters", "forms"))
MAY_BUILD_RECORDS = ("dashboard.py", "pages/components/session.py", "db/__main__.py", "db/commands*.py", "tests/*")
# Calls that may stand outside functions in a page: they only make constants and decorate.
HARMLESS_CALLS = ("date", "dict", "frozenset", "tuple", "st.cache_data", "st.dialog", "st.fragment", "dataclass")
PAGE_ENDING = ast.dump(ast.parse('if __name__ == "__main__":\n    st.switch_page("dashboard.py")').body[0])
# The distributions that bring each importable package.
DISTRIBUTIONS = importlib.metadata.packages_distributions()
TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """A Python file: its path from the repository's top, and its syntax tree."""

    path: str
    tree: ast.Module

    @classmethod
    def of(cls, path: str, text: str) -> "Source":
        return cls(path, ast.parse(text, path))

    def matches(self, *patterns: str) -> bool:
        """Whether the path fits one of the patterns, in which a star also stands for slashes."""
        return any(fnmatch.fnmatchcase(self.path, pattern) for pattern in patterns)

    @property
    def is_page(self) -> bool:
        return PurePosixPath(self.path).parent == PurePosixPath("pages") and not self.path.endswith("__init__.py")


Rule = Callable[[Source], Iterable[str]]


def product_sources() -> list[Source]:
    """Every Python file of the product and of its tests."""
    folders = (ROOT / "db", ROOT / "pages", ROOT / "tests")
    files = [ROOT / "dashboard.py", *(path for folder in folders for path in sorted(folder.rglob("*.py")))]
    return [
        Source.of(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in files
        if path.exists()
    ]


def imported(source: Source) -> Iterator[tuple[str, int]]:
    """The full dotted name of everything the file imports, wherever in it, with its line: `from a import b` is a.b."""
    package = PurePosixPath(source.path).parent.parts
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((f"{module}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in ("import_module", "__import__"):
            yield from ((str(name.value), node.lineno) for name in node.args[:1] if isinstance(name, ast.Constant))


def dotted(node: ast.expr) -> str:
    """`a.b.c` of such an expression, of a call the name of what is called, and otherwise an empty string."""
    if isinstance(node, ast.Call):
        return dotted(node.func)
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) else ""


def is_in(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def forbidden_imports(source: Source) -> Iterator[str]:
    for pattern, modules in FORBIDDEN_IMPORTS.items():
        if source.matches(pattern):
            for name, line in imported(source):
                if any(is_in(name, module) for module in modules):
                    yield f"{source.path}:{line} imports {name}"


def imports_of_pages(source: Source) -> Iterator[str]:
    """A page is imported by dashboard.py and tests alone; only pages/components/ is for everybody in pages/."""
    if source.matches("pages/*"):
        for name, line in imported(source):
            if is_in(name, "pages") and not is_in(name, "pages.components"):
                yield f"{source.path}:{line} imports the page {name}"


def imports_upwards(source: Source) -> Iterator[str]:
    """In db/, an import goes to the module's own layer or a lower one, and every module has a layer."""
    module = db_module(source.path)
    if module is None:
        return
    own = layer(module)
    if own is None:
        yield f"{source.path} has no place in LAYERS: give it one"
        return
    for name, line in imported(source):
        other = layer(name.split(".")[1]) if is_in(name, "db") and name != "db" else 0
        if other is None or other > own:
            yield f"{source.path}:{line} imports {name}, which is not below it"


def db_module(path: str) -> str | None:
    """`engine` for db/engine.py, `migrations` for all in db/migrations/, None outside db/ and for its __init__.py."""
    parts = PurePosixPath(path).with_suffix("").parts
    return parts[1] if parts[0] == "db" and parts[1] != "__init__" else None


def layer(module: str) -> int | None:
    fits = (at for at, modules in enumerate(LAYERS) if any(fnmatch.fnmatchcase(module, name) for name in modules))
    return next(fits, None)


def import_cycle(sources: Iterable[Source]) -> list[str]:
    """The modules of db/ that import each other in a circle; empty where none do."""
    graph: dict[str, set[str]] = {}
    for source in sources:
        module = db_module(source.path)
        if module is not None:
            others = {name.split(".")[1] for name, _ in imported(source) if is_in(name, "db") and name != "db"}
            graph.setdefault(module, set()).update(others - {module})
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as cycle:
        return list(cycle.args[1])
    return []


def session_outside_its_place(source: Source) -> Iterator[str]:
    if source.matches("tests/*", *MAY_TOUCH_THE_SESSION):
        return
    # An HTTP request has query parameters too: only Streamlit's own are meant, under whatever name it was imported.
    streamlits = {f"{alias}.query_params" for alias in _names_of_streamlit(source)}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and (node.attr == "session_state" or dotted(node) in streamlits):
            yield f"{source.path}:{node.lineno} touches {node.attr}"
    for name, line in imported(source):
        if name in ("streamlit.session_state", "streamlit.query_params"):
            yield f"{source.path}:{line} imports {name}"


def _names_of_streamlit(source: Source) -> set[str]:
    aliases = (node for node in ast.walk(source.tree) if isinstance(node, ast.alias) and node.name == "streamlit")
    return {alias.asname or alias.name for alias in aliases}


def records_outside_their_place(source: Source) -> Iterator[str]:
    """`Records(…)` binds what may be read to a viewer, so that few may write it, and under no other name."""
    if source.matches(*MAY_BUILD_RECORDS):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] == "Records":
            yield f"{source.path}:{node.lineno} builds Records"
        if isinstance(node, ast.alias) and node.name.split(".")[-1] == "Records" and node.asname:
            yield f"{source.path}:{node.lineno} imports Records under another name"


def injected_html(source: Source) -> Iterator[str]:
    if source.matches("tests/*"):
        return
    injectors = {
        f"{alias}.{name}" for alias in _names_of_streamlit(source) for name in ("html", "iframe", "components")
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and dotted(node) in injectors:
            yield f"{source.path}:{node.lineno} uses {dotted(node)}"
        if (isinstance(node, ast.keyword) and node.arg == "unsafe_allow_html") or (
            isinstance(node, ast.Constant) and node.value == "unsafe_allow_html"
        ):
            yield f"{source.path}:{node.lineno} uses unsafe_allow_html"
        if isinstance(node, ast.Call) and dotted(node.func).endswith("markdown") and _has_tags(node):
            yield f"{source.path}:{node.lineno} writes HTML into markdown"
    for name, line in imported(source):
        if any(is_in(name, module) for module in ("streamlit.html", "streamlit.iframe", "streamlit.components")):
            yield f"{source.path}:{line} imports {name}"


def _has_tags(call: ast.Call) -> bool:
    words = (node.value for node in ast.walk(call) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return any(TAG.search(text) for text in words)


def pages_that_do_something_alone(source: Source) -> Iterator[str]:
    """Streamlit may run a page file alone, without dashboard.py and its sign-in: it must do nothing but go there."""
    if not source.is_page:
        return
    *body, ending = source.tree.body or [ast.Pass()]
    if ast.dump(ending) != PAGE_ENDING:
        yield f'{source.path} does not end with: if __name__ == "__main__": st.switch_page("dashboard.py")'
    if not ast.get_docstring(source.tree):
        yield f"{source.path} has no docstring"
    for statement in body[1:]:
        if not isinstance(statement, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef) and not (
            _is_constant(statement)
        ):
            yield f"{source.path}:{statement.lineno} is no import, constant, function or class"
        for call in calls_at_import(statement):
            if dotted(call) not in HARMLESS_CALLS:
                yield f"{source.path}:{call.lineno} calls {dotted(call) or 'something'} when the file is read"


def _is_constant(statement: ast.stmt) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return isinstance(statement, ast.Assign | ast.AnnAssign) and all(
        isinstance(target, ast.Name) and target.id.isupper() for target in targets
    )


def calls_at_import(node: ast.AST) -> Iterator[ast.expr]:
    """The calls and decorators that run when a file is read: not those in the bodies of functions."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from node.decorator_list
        parts: list[ast.AST] = [*node.args.defaults, *(default for default in node.args.kw_defaults if default)]
    elif isinstance(node, ast.Lambda):
        parts = list(node.args.defaults)
    else:
        if isinstance(node, ast.ClassDef):
            yield from node.decorator_list
        if isinstance(node, ast.Call):
            yield node
        parts = [part for part in ast.iter_child_nodes(node) if part not in getattr(node, "decorator_list", [])]
    for part in parts:
        yield from calls_at_import(part)


def unpinned_packages(source: Source) -> Iterator[str]:
    """What the product imports is named in requirements.txt, and what only tests do in tests/requirements.txt."""
    files = ["requirements.txt", *(["tests/requirements.txt"] if source.matches("tests/*") else [])]
    pinned = {name for file in files for name in _pinned(ROOT / file)}
    for name, line in imported(source):
        package = name.split(".")[0]
        if package in OURS or package in sys.stdlib_module_names:
            continue
        if not pinned.intersection(map(_normal, DISTRIBUTIONS.get(package, [package]))):
            yield f"{source.path}:{line} imports {package}, which {files[-1]} does not name"


def _pinned(file: Path) -> list[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [_normal(re.split(r"[\[~=<>!; ]", line)[0]) for line in lines if line and not line.startswith(("-", "#"))]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


RULES: tuple[Rule, ...] = (
    forbidden_imports,
    imports_of_pages,
    imports_upwards,
    session_outside_its_place,
    records_outside_their_place,
    injected_html,
    pages_that_do_something_alone,
    unpinned_packages,
)
