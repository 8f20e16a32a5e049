"""Settings narrowed to one decision."""

from __future__ import annotations

import dataclasses

from districting.model.settings import GroupingSettings, PairingSettings, Settings, ZoningSettings
from districting.model.stages import Stage


def only_zoning(settings: Settings, stage: Stage) -> Settings:
    """Zone ``stage`` and nothing else; default rules where the config has no table for it."""
    return dataclasses.replace(settings, zoning={stage: settings.zoning.get(stage, ZoningSettings())}, grouping=None, pairing=None)


def only_grouping(settings: Settings, form: str) -> Settings:
    """Districts of ``form`` and no pairs. Zones of the config are kept: they are the ground districts stand on.

    The numbers of ``[grouping]`` belong to the form it names; another form has its preset and its own table ``[grouping.forms.NAME]``.
    """
    given = settings.grouping or GroupingSettings()
    chosen = given if given.form == form else GroupingSettings(form=form, private=given.private, joint=given.joint, forms=given.forms)
    return dataclasses.replace(settings, grouping=chosen, pairing=None)


def only_pairing(settings: Settings, form: str | tuple[str, ...]) -> Settings:
    """Links of ``form``, one or several in that order, and nothing else."""
    chosen = dataclasses.replace(settings.pairing or PairingSettings(), form=form)
    return dataclasses.replace(settings, zoning={}, grouping=None, pairing=chosen)
