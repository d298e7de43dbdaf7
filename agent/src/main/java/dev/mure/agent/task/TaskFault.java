package dev.mure.agent.task;

import dev.mure.v1.FailureKind;

/** Why a task can't run, and who is to blame. */
record TaskFault(String error, FailureKind kind) {}
