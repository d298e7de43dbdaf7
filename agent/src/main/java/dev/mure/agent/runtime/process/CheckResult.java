package dev.mure.agent.runtime.process;

/** What one health check said. */
record CheckResult(boolean succeeded, String output) {}
