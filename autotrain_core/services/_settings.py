"""What a lab sets once: where its store is, which files lie where in it, and what its columns are called."""

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from autotrain_core.errors import DocumentError, NotStoredError
from autotrain_core.interop import Columns, columns_from
from autotrain_core.models import fault_of_address
from autotrain_core.services._web_addresses import require_web_address
from autotrain_core.store import require_key

FILE = "autotrain.toml"
STORE_VARIABLE = "AUTOTRAIN_STORE"
FILE_VARIABLE = "AUTOTRAIN_SETTINGS"


def _key(text: str) -> str:
    require_key(text)
    return text


def _folder(text: str) -> str:
    if text:
        require_key(text.rstrip("/"))
    return text if text.endswith("/") or not text else f"{text}/"


def _readers_folder(text: str) -> str:
    folder = _folder(text)
    if folder.startswith("autotrain/"):
        raise ValueError("what lies under autotrain/ is the program's own")
    return folder


def _name(text: str) -> str:
    require_key(text)
    if "/" in text:
        raise ValueError("a name has no '/'")
    return text


def _columns(given: object) -> object:
    return columns_from(given, source="[columns] in the settings") if isinstance(given, Mapping) else given


def _address(text: str) -> str:
    if text:
        require_web_address(text)
    return text


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"no zone is called {text!r}; write it as America/Los_Angeles") from None


def _web_root(text: str) -> str:
    if text:
        require_web_address(f"{text.rstrip('/')}/")
    if "{" in text or "?" in text or "#" in text:
        raise ValueError(f"the address of the app is https://host or https://host/path, found {text!r}")
    return text.rstrip("/")


def _host(text: str) -> str:
    if text and not re.fullmatch(r"[A-Za-z0-9.:_-]+", text):
        raise ValueError(f"{text!r} is no name of a server")
    return text


def _sender(text: str) -> str:
    fault = fault_of_address(text) if text else ""
    if fault:
        raise ValueError(f"{text!r} {fault}")
    return text


Key = Annotated[str, AfterValidator(_key)]
ReadersFolder = Annotated[str, AfterValidator(_readers_folder)]
Name = Annotated[str, AfterValidator(_name)]
WebAddress = Annotated[str, AfterValidator(_address)]
Zone = Annotated[str, AfterValidator(_zone)]
WebRoot = Annotated[str, AfterValidator(_web_root)]
Host = Annotated[str, AfterValidator(_host)]
Sender = Annotated[str, AfterValidator(_sender)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SessionsSettings(_Part):
    """
    The session table.

    Attributes:
        key: Where it lies; where nothing lies there, the same name ending in .parquet or .csv is tried.
        curriculum_version: The version of rows that name a curriculum (or only a task) without one; empty: such rows
            cannot be decided.
        open_loop: Disregard the stages that were run.
    """

    key: Key = "foraging_nwb_bonsai_processed/df_sessions.pkl"
    curriculum_version: str = ""
    open_loop: bool = False


class CurriculaSettings(_Part):
    """
    The curricula.

    Attributes:
        key: The folder in which rigs look for them; here a curriculum is published.
        copies: Folders that get each published curriculum as well, for readers that look there.
        shipped: Whether those that ship with the program decide where the folder has none of the name and version.
    """

    key: ReadersFolder = "foraging_auto_training/saved_curriculums/"
    copies: tuple[ReadersFolder, ...] = ("foraging_nwb_bonsai_processed/foraging_auto_training/saved_curriculums/",)
    shipped: bool = True


class MiceSettings(_Part):
    """
    The document that says whose mice they are.

    Attributes:
        key: Where it lies; it need not be there.
        mouse: What it calls the mouse.
        person: What it calls whose mouse it is.
    """

    key: Key = "foraging_nwb_bonsai_processed/mouse_pi_mapping.json"
    mouse: str = "subject_id"
    person: str = "PI"


class PublishSettings(_Part):
    """
    The tables that rigs and browsers read.

    Attributes:
        name: Of the manager: the tables are df_manager_NAME and df_manager_stats_NAME.
        folders: Each gets all tables. The first is the one from which an existing table is adopted.
        formats: Which files each table gets.
        most_rows: A larger table is not written in today's form, which holds the whole history of a mouse in each of
            its rows; it is in the store's own tables all the same.
        numeric_subjects_only: Leave out mice whose id is no plain number: today's browser stops at any other.
    """

    name: Name = "447_demo"
    folders: tuple[ReadersFolder, ...] = Field(
        default=("foraging_auto_training/", "foraging_nwb_bonsai_processed/foraging_auto_training/"), min_length=1
    )
    formats: tuple[Literal["pickle", "parquet", "csv"], ...] = Field(default=("pickle", "parquet", "csv"), min_length=1)
    most_rows: int = Field(default=200_000, ge=0)
    numeric_subjects_only: bool = True


class RunSettings(_Part):
    """
    The nightly run.

    Attributes:
        heartbeat_minutes: A run that changed nothing is recorded when the last record is older than this.
        stale_hours: `autotrain status` complains when the last run is older than this.
        zone: Where the lab's day begins and ends, such as America/Los_Angeles: an override counts from a day on, and
            may have a last one.
    """

    heartbeat_minutes: float = Field(default=60, ge=0, le=525_600)
    stale_hours: float = Field(default=26, gt=0, le=87_600)
    zone: Zone = "UTC"

    def day(self, at: datetime) -> date:
        """Give the lab's day at some time, which has a zone."""
        return at.astimezone(ZoneInfo(self.zone)).date()


class AppSettings(_Part):
    """
    The app.

    Attributes:
        active_days: A mouse is in training while its last session is at most so many days old.
        signed_in_hours: Whoever signed in longer ago signs in again.
        pictures: Title -> address of a picture of a session, shown when one points at it. In the address stand
            {subject_id}, {session_date}, {nwb_suffix}, {session} and {name}, which is how today's session folders are
            called: subject_id_session_date, and _nwb_suffix where there is one. The browser fetches them.
        session_link: Address of the folder of a session, with the same words in it; empty: no link is shown.
        subject_link: Address of a mouse elsewhere, such as a colony database, with {subject_id} in it.
    """

    active_days: int = Field(default=14, ge=1, le=3650)
    signed_in_hours: float = Field(default=12, gt=0, le=24 * 31)
    pictures: Mapping[str, WebAddress] = Field(default_factory=dict)
    session_link: WebAddress = ""
    subject_link: WebAddress = ""


AlertKind = Literal[
    "not followed",
    "overtaken",
    "not told",
    "not decided",
    "not certain",
    "published otherwise",
    "stuck",
    "to and fro",
    "sliding",
    "ran another stage",
    "missed",
]


class AlertSettings(_Part):
    """
    Alerts: when a mouse needs a person; docs/alerts.md.

    Attributes:
        off: Kinds of alerts that nobody wants to see.
        stuck_percentile: A mouse is stuck after more sessions at its stage than so many of 100 earlier visits there.
        stuck_visits: Earlier visits that must have ended for that.
        turns: So many times back where it came from, a mouse goes to and fro.
        turn_decisions: Only moves within so many last decisions count.
        sliding_metrics: Metrics of which less is worse.
        sliding_sessions: So many last sessions at the stage are compared,
        sliding_before: with at most so many before them.
        sliding_spreads: They must be lower by more than so many usual distances from the usual value,
        sliding_share: and by more than this share of it.
        missed_days: Days after which a mouse that does not train is no longer called missing.
    """

    off: tuple[AlertKind, ...] = ()
    stuck_percentile: int = Field(default=90, ge=50, le=99)
    stuck_visits: int = Field(default=10, ge=1, le=10_000)
    turns: int = Field(default=4, ge=1, le=100)
    turn_decisions: int = Field(default=12, ge=2, le=1_000)
    sliding_metrics: tuple[str, ...] = ("finished_trials", "foraging_efficiency")
    sliding_sessions: int = Field(default=3, ge=1, le=100)
    sliding_before: int = Field(default=10, ge=5, le=100)
    sliding_spreads: float = Field(default=3, ge=0, le=100)
    sliding_share: float = Field(default=0.2, ge=0, lt=1)
    missed_days: int = Field(default=7, ge=1, le=3650)


class ForecastSettings(_Part):
    """
    Forecasts: from how many mice something is concluded; docs/forecast.md.

    Attributes:
        comparable: Mice that were where the mouse is now.
        graduated: Of them, those that have graduated.
    """

    comparable: int = Field(default=10, ge=2, le=10_000)
    graduated: int = Field(default=5, ge=1, le=10_000)


class NotifySettings(_Part):
    """
    Messages to people; without a mail server nobody gets e-mail.

    Attributes:
        app: Address of the app, which messages link to; empty: they have no link.
        smtp_host: The mail server; empty for none.
        smtp_port: Its port; 0 for the usual one.
        smtp_security: How it is spoken to: starttls (587), ssl (465), or none (25).
        smtp_user: Whom to sign in as; empty where nobody has to. The password is in AUTOTRAIN_SMTP_PASSWORD.
        sender: The address that messages come from; needed with a mail server.
        private_webhooks: Whether webhooks may lie inside: http, this computer, and addresses of private networks.
    """

    app: WebRoot = ""
    smtp_host: Host = ""
    smtp_port: int = Field(default=0, ge=0, le=65_535)
    smtp_security: Literal["starttls", "ssl", "none"] = "starttls"
    smtp_user: str = ""
    sender: Sender = ""
    private_webhooks: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.smtp_host and not self.sender:
            raise ValueError("a mail server needs a sender, the address that messages come from")
        return self


class Settings(_Part):
    """
    Everything that a lab sets; all of it has a default that fits today's bucket.

    Attributes:
        store: A folder, or s3://BUCKET/PREFIX. All keys are relative to it.
        columns: What the lab calls the columns of its session table; see `interop.Columns`.
        sessions: The session table.
        curricula: The curricula.
        mice: Whose mice they are.
        publish: The tables that rigs and browsers read.
        run: The nightly run.
        app: The app.
        alerts: When a mouse needs a person.
        forecast: From how many mice something is concluded.
        notify: Messages to people.
    """

    store: str = ""
    columns: Annotated[Columns, BeforeValidator(_columns)] = Columns()
    sessions: SessionsSettings = SessionsSettings()
    curricula: CurriculaSettings = CurriculaSettings()
    mice: MiceSettings = MiceSettings()
    publish: PublishSettings = PublishSettings()
    run: RunSettings = RunSettings()
    app: AppSettings = AppSettings()
    alerts: AlertSettings = AlertSettings()
    forecast: ForecastSettings = ForecastSettings()
    notify: NotifySettings = NotifySettings()


def read_settings(
    file: str | Path | None = None, *, store: str | None = None, environment: Mapping[str, str] = os.environ
) -> Settings:
    """
    Read the settings of a lab.

    Args:
        file: The settings file; else the one that AUTOTRAIN_SETTINGS names; else autotrain.toml in the working folder,
            where there is one; else the defaults.
        store: Goes before AUTOTRAIN_STORE, which goes before the file.
        environment: Variables.

    Raises:
        NotStoredError: The file that was named does not exist.
        DocumentError: The file is no TOML, or a setting in it is unknown or wrong; all of them are named.
        OSError: The file cannot be read.
    """
    named = file or environment.get(FILE_VARIABLE) or None
    path = Path(named or FILE)
    found: dict[str, Any] = {}
    if named and not path.is_file():
        raise NotStoredError(f"There is no settings file {path}.")
    if path.is_file():
        found = _parsed(path)
    where = store or environment.get(STORE_VARIABLE)
    if where:
        found["store"] = where
    try:
        return Settings.model_validate(found)
    except ValidationError as error:
        raise DocumentError(f"{path} cannot be used:\n" + "\n".join(_faults(error))) from error


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DocumentError(f"{path} is no TOML: {error}.") from error


def _faults(error: ValidationError) -> list[str]:
    lines = []
    for fault in error.errors():
        place = ".".join(str(part) for part in fault["loc"])
        known = "there is no such setting" if fault["type"] == "extra_forbidden" else fault["msg"]
        lines.append(f"  {place}: {known.removeprefix('Value error, ')}")
    return lines
