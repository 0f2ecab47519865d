"""The columns that many tables have, and the names of what constrains them."""

from sqlalchemy import Column, ForeignKey, MetaData

from storage.types import Id

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def id_column() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def team_column() -> Column[int]:
    return Column("team_id", ForeignKey("teams.id"), nullable=False)


def reference(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, ForeignKey(f"{target}.id"), nullable=nullable)
