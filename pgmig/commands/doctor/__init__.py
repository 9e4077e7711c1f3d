"""`pgmig doctor`: whether a project can be deployed from here, and what to do where it cannot."""

from pgmig.commands.doctor.examination import Diagnosis, doctor
from pgmig.commands.doctor.finding import Finding, State

__all__ = ["Diagnosis", "Finding", "State", "doctor"]
