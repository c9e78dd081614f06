// Which hosts the policy names: the setting CONCENTRIC_SLIDE_HOSTS, for the build and the server. The policy itself is
// src/policy's.

import { isSlideHost } from '../../src/policy/slide-hosts.ts';
import { Problem } from './problem.ts';

/**
 * Slide hosts from the setting: "https://slides.example.org *.example.net", apart by spaces or commas.
 * @throws Problem when one is not a host: a policy must not be written by chance.
 */
export function parseSlideHosts(setting: string | undefined): string[] {
  const hosts = (setting ?? '').split(/[\s,]+/).filter((host) => host !== '');
  for (const host of hosts) {
    if (isSlideHost(host)) continue;
    throw new Problem(
      `CONCENTRIC_SLIDE_HOSTS names "${host}", which is not a host. Write it as https://slides.example.org.`,
    );
  }
  return hosts;
}
