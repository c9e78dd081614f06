// Failures a user can meet: each has a documented code and a sentence that says what is wrong and what to do.
// Bugs are not failures: they throw plain errors. Aborts are not failures either: see abort.ts.

/** Every code a rejection of the scripting interface may carry; the README explains each. */
export const failureCodes = [
  'not-found',
  'network',
  'cors',
  'host-not-allowed',
  'not-a-slide',
  'unsupported-format',
  'damaged',
  'mpp-unknown',
  'spacing-too-fine',
  'outside-slide',
  'tile-unavailable',
  'model-not-found',
  'model-invalid',
  'model-hash',
  'backend-unavailable',
  'self-test-failed',
  'out-of-memory',
  'device-lost',
  'busy',
  'superseded',
  'cancelled',
  'bad-argument',
] as const;

export type FailureCode = (typeof failureCodes)[number];

/** An expected failure. `message` is a whole sentence (or two) for a person: what is wrong, and what to do about it. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  /** True where the same may succeed a little later by itself: a network or a server in trouble. */
  readonly mayPass: boolean;

  constructor(code: FailureCode, message: string, options: { cause?: unknown; mayPass?: boolean } = {}) {
    super(message, options);
    this.code = code;
    this.mayPass = options.mayPass ?? code === 'network';
  }
}

export function isFailure(value: unknown, code?: FailureCode): value is Failure {
  return value instanceof Failure && (code === undefined || value.code === code);
}
