// What the second view shows. compare.ts changes it.

export type CompareState =
  | { readonly status: 'none' }
  /** `name` is null for the same slide without its layer. */
  | { readonly status: 'opening' | 'open'; readonly name: string | null; readonly linked: boolean };
