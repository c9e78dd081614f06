// A file of the app that the service worker keeps, as the build lists it. The list is made by tools/build.

import { withPolicyMeta } from '../policy/content-security-policy.ts';

export interface ListedFile {
  /** From the app's folder, such as "assets/index-1a2b.js"; "" is the page itself. */
  readonly path: string;
  /** Of the content, in hex; of the page, of `pageToHash`. */
  readonly sha256: string;
  /** Kept when the worker is installed; the others follow once the page is at rest. */
  readonly early: boolean;
}

/** The page without its policy, which a server may write anew. */
export function pageToHash(html: string): string {
  return withPolicyMeta(html, '');
}
