"""Settings, from the environment (`RUNDING_…`) or a `.env` file; every one is optional."""

import secrets
from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a machine may set; the README's table is printed from here."""

    model_config = SettingsConfigDict(env_prefix="RUNDING_", env_file=".env", extra="ignore")

    database_url: str = Field(
        default="sqlite:///var/runding.db", description="Where all is kept: SQLite or PostgreSQL"
    )
    base_url: str = Field(
        default="http://127.0.0.1:8000", description="The address people type; links in mails begin with it"
    )
    secret_key: str = Field(
        default="",
        description="Signs what is given away (calendar addresses, forms); made and kept under var/ when empty",
    )
    smtp_url: str = Field(
        default="",
        description="smtp://user:password@host:587, or smtps:// for TLS; empty: mails become files",
    )
    mail_from: str = Field(default="Runding <runding@localhost>", description="The sender of every mail")
    mail_folder: Path = Field(
        default=Path("var/mail"), description="Where mails become .eml files when there is no e-mail server"
    )
    time_zone: str = Field(
        default="Asia/Kuala_Lumpur", description="The zone in which dates are shown and rounds close"
    )
    session_days: int = Field(default=14, description="A session ends after so many days without a visit")
    sign_in_minutes: int = Field(default=15, description="A sign-in link works for so many minutes")
    upload_megabytes: int = Field(default=25, description="The largest file that is taken")
    metrics: bool = Field(default=False, description="Answer /metrics in Prometheus' format")
    pool_size: int = Field(
        default=10, description="Database connections a process keeps; as many as threads that work"
    )

    @property
    def secret(self) -> bytes:
        """The signing key: from the environment, or one made at the first start and kept under `var/`."""
        if self.secret_key:
            return self.secret_key.encode()
        kept = Path("var/secret_key")
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(48))
        return kept.read_bytes()

    @property
    def secure(self) -> bool:
        """Whether people come over HTTPS, so that cookies may insist on it."""
        return self.base_url.startswith("https://")


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
