// Aborts are silent: nobody is told of a thing they themselves stopped.

/** True for the error an AbortSignal throws, from this thread or carried over from a worker. */
export function isAbort(value: unknown): boolean {
  return value instanceof Error && value.name === 'AbortError';
}

export function abortError(): Error {
  return new DOMException('Aborted', 'AbortError');
}
