// The checker of data from outside, without its faster way: that one compiles code from text, which our content security
// policy forbids; even to try it would be reported as a violation on every page.

import { config, z } from 'zod';

config({ jitless: true });

export { z };

/** As `schema.safeParse`; what nests too deeply or has too many faults to list is refused like anything else. */
export function check<T extends z.ZodType>(schema: T, value: unknown): z.ZodSafeParseResult<z.output<T>> {
  try {
    return schema.safeParse(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const issue: z.core.$ZodIssue = {
      code: 'custom',
      path: [],
      message: 'has more faults than can be told',
      input: value,
    };
    return { success: false, error: new z.ZodError([issue]) as z.ZodError<z.output<T>> };
  }
}
