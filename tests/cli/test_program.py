"""However a command ends, by a signal, a full disk or beside another one: one sentence, and no file is lost."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from time import sleep

import pytest

from conftest import ROOT, Run, Site, cached
from digitjs.filesystem import output_folder, staging
from digitjs.filesystem.output_folder import Kind
from digitjs.filesystem.paths import digest, resource
from digitjs.site import bundle

Popen = subprocess.Popen[str]


def ignore(message: str) -> None:
    """A note that nobody reads."""


def environment(**variables: object) -> dict[str, str]:
    """This process's, with the package that is tested here, and with other variables."""
    others = {name: value for name, value in os.environ.items() if name != "DIGITJS_CACHE"}
    return {**others, "PYTHONPATH": str(ROOT), **{name: str(value) for name, value in variables.items()}}


@contextmanager
def started(*arguments: object, cache: Path, path: Path = ROOT) -> Iterator[Popen]:
    """`digitjs ARGUMENTS` as a process of its own, which heeds signals as a command in a terminal does."""

    def heed_interrupts() -> None:
        # A background job's children ignore Ctrl+C from the start, those of nohup the end of the terminal.
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)

    command = [sys.executable, "-m", "digitjs", *map(str, arguments)]
    with subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(DIGITJS_CACHE=cache, PYTHONPATH=f"{path}{os.pathsep}{ROOT}"),
        preexec_fn=heed_interrupts,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(happened: Callable[[], object], process: Popen) -> None:
    """Look again and again, while a process runs, until something has happened in the file system."""
    while not happened():
        assert process.poll() is None, process.communicate()
        sleep(0.001)


def read_until(text: str, process: Popen) -> str:
    """The line of a process's stderr that holds a text."""
    assert process.stderr
    read = ""
    for line in process.stderr:
        if text in line:
            return line
        read += line
    raise AssertionError(f"{text} is not in {read}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that is full after 10 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=10m", "none", str(disk)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("this user cannot mount")
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize(
    ("number", "code"), [("SIGTERM", 143), ("SIGINT", 130), ("SIGHUP", 129), ("SIGKILL", -9)], ids=str
)
def test_a_signal_leaves_the_old_site_and_no_litter(
    run: Run, tiny_site: Site, tiny_data: Path, tiny_cache: Path, number: str, code: int
) -> None:
    assert run("render", "--data", tiny_data).exit_code == 0
    before = output_folder.read_manifest(Path("dist"))
    with started("render", "--data", tiny_data, cache=tiny_cache) as process:
        wait_for(lambda: list(Path().glob(".dist.digitjs/draft-*/new/assets")), process)
        process.send_signal(getattr(signal, number))
        said = process.communicate()[1]
        assert (process.returncode, said.strip()) == (code, "")
    assert output_folder.survey(Path("dist"))[Kind.FOREIGN] == []
    assert output_folder.read_manifest(Path("dist")) == before
    if number == "SIGKILL":
        assert Path(".dist.digitjs").exists()
        assert run("render", "--data", tiny_data).exit_code == 0
    assert list(Path().iterdir()) == [Path("dist")]


def test_a_second_render_into_a_folder_waits(run: Run, tiny_site: Site, tiny_data: Path, tiny_cache: Path) -> None:
    with ExitStack() as first:
        first.enter_context(staging.alone(Path("dist"), "dist", ignore))
        with started("render", "--data", tiny_data, cache=tiny_cache) as process:
            assert "Another digitjs is working on dist" in read_until("waiting", process)
            first.close()
            assert process.wait() == 0
    assert list(Path().iterdir()) == [Path("dist")]


def test_many_renders_into_a_folder_end_well(run: Run, tiny_site: Site, tiny_data: Path, tiny_cache: Path) -> None:
    with ExitStack() as running:
        render = [started("render", "--data", tiny_data, cache=tiny_cache) for _ in range(3)]
        processes = [running.enter_context(process) for process in render]
        assert [process.wait() for process in processes] == [0, 0, 0]
    found = output_folder.survey(Path("dist"))
    assert found[Kind.OURS]
    assert found[Kind.EDITED] == []
    assert list(Path().iterdir()) == [Path("dist")]


def test_two_trainings_with_one_cache_share_it(tiny_data: Path, tmp_path: Path) -> None:
    train = ("train", "mlp", "--recipe", "tutorial", "--data", tiny_data)  # without augmentation: quick to begin
    with started(*train, cache=tmp_path) as first:
        read_until("epoch 1/", first)
        first.send_signal(signal.SIGSTOP)  # so that it has not ended before the second one has started
        with started(*train, cache=tmp_path) as second:
            read_until("Another digitjs is working on the training of mlp", second)
            first.send_signal(signal.SIGTERM)
            first.send_signal(signal.SIGCONT)
            assert first.wait() == 143
            assert "epoch 1/" not in read_until("epoch", second)  # it goes on where the first one ended
            second.send_signal(signal.SIGINT)
            assert second.wait() == 130
    assert not list(tmp_path.glob("**/*.digitjs"))


def test_an_interrupted_first_build_leaves_a_whole_page_of_the_networks_so_far(
    run: Run, cache: Path, tiny_site: Site, tiny_data: Path
) -> None:
    for folder in cached(cache, tiny_data, "compact"):
        shutil.rmtree(folder)
    with started("build", "--data", tiny_data, cache=cache) as process:
        assert "The page is there, with mlp and cnn so far" in read_until("so far", process)
        read_until("epoch 1/", process)
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
    found = output_folder.survey(Path("dist"))
    assert found[Kind.OURS] and not found[Kind.EDITED] and not found[Kind.FOREIGN]
    assert sorted(path.name for path in Path("dist/models").iterdir()) == ["cnn", "mlp"]
    result = run("build", "--data", tiny_data)
    assert result.exit_code == 0, result.output
    assert "The page is there" not in result.stderr  # it stays until the new one is whole
    assert output_folder.read_manifest(Path("dist")) == output_folder.read_manifest(tiny_site.folder)


def test_a_cache_in_use_is_not_emptied(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DIGITJS_CACHE", str(tmp_path / "cache"))
    training = tmp_path / "cache" / "models" / "0123"
    training.mkdir(parents=True)
    with staging.alone(training, "", ignore):
        result = run("clean", "--cache")
        assert (result.exit_code, "wait until it has ended" in result.stderr) == (1, True)
        assert training.exists()
    assert run("clean", "--cache").stdout.endswith(f"Emptied {tmp_path / 'cache'}.\n")
    assert not training.exists()


def test_a_second_installation_of_the_tools_waits(tmp_path: Path) -> None:
    tools = tmp_path / "node" / digest(resource("assets") / bundle.LOCK)[:16]
    waiting = Event()
    with ThreadPoolExecutor() as pool:
        with staging.alone(tools, "", ignore):
            second = pool.submit(bundle.install, tmp_path, lambda message: waiting.set())
            assert waiting.wait(timeout=60)
            (tools / "node_modules").mkdir(parents=True)
        assert second.result() == tools / "node_modules"  # which the first one installed


def test_a_full_disk_is_one_sentence_and_keeps_the_old_site(
    run: Run, tiny_site: Site, tiny_data: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dist = small_disk / "dist"
    assert run("render", "--data", tiny_data, "-o", dist).exit_code == 0
    before = output_folder.read_manifest(dist)
    result = run("render", "--data", tiny_data, "-o", dist)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "No space left on device: free some space" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert output_folder.survey(dist)[Kind.EDITED] == []
    assert output_folder.read_manifest(dist) == before
    assert list(small_disk.iterdir()) == [dist]
    monkeypatch.setenv("DIGITJS_CACHE", str(small_disk / "cache"))
    result = run("-q", "train", "mlp", "--data", tiny_data, "--seed", "8")  # its checkpoints do not fit either
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert "No space left on device: free some space" in result.stderr
    assert "$DIGITJS_CACHE" in result.stderr
    assert run("clean", "-o", dist).exit_code == 0  # the way to free some space
    assert not dist.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [("clean",), ("--help",)])
def test_an_output_that_is_full_is_one_sentence(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "digitjs", *arguments]
    buffered = {**environment(), "PYTHONUNBUFFERED": ""}  # what is buffered is written once more at the end
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command, cwd=tmp_path, env=buffered, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    said = "Error: No space left on device: free some space and run it again.\n"
    assert (done.returncode, done.stderr) == (1, said)


def test_a_cache_that_cannot_be_written_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITJS_CACHE", "/dev/null")
    result = run("build")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: /dev/null/node: Not a directory")
    assert "$DIGITJS_CACHE" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert list(Path().iterdir()) == []


def test_a_user_without_a_home_folder_is_told_what_to_set(tmp_path: Path) -> None:
    unknown = ["unshare", "--user", "--map-user=54321", "env", "-u", "HOME", "-u", "XDG_CACHE_HOME"]
    if subprocess.run([*unknown, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this user cannot become one without an entry in the list of users")
    command = [*unknown, sys.executable, "-m", "digitjs", "render"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no home folder" in done.stderr
    assert "$DIGITJS_CACHE" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("end", ["os.abort()", "raise ImportError('no AVX')"])
def test_what_tensorflow_prints_before_it_fails_is_seen(tiny_data: Path, tmp_path: Path, end: str) -> None:
    (tmp_path / "tensorflow.py").write_text(f"import os\nos.write(2, b'from C++\\n')\n{end}\n")
    with started("train", "mlp", "--data", tiny_data, cache=tmp_path / "cache", path=tmp_path) as process:
        said = process.communicate()[1]
        assert process.returncode == (-signal.SIGABRT if "abort" in end else 1)
    assert "from C++" in said
    assert "AVX" in said
    assert "Traceback" not in said


def test_an_output_of_few_letters_names_the_others_by_number(tmp_path: Path) -> None:
    drawings = [f'{{"label": "{label}", "strokes": [[[0, 0], [9, {i}]]]}}' for label in "αβ" for i in range(3)]
    (tmp_path / "greek.jsonl").write_text("\n".join(drawings), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "digitjs", "data", "greek.jsonl"],
        cwd=tmp_path,
        env=environment(PYTHONIOENCODING="cp1252"),  # of a file or pipe on Windows
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"Classes  \u03b1 (3), \u03b2 (3)" in done.stdout
