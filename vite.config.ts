import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import {
  commonHeaders,
  contentSecurityPolicy,
  documentPolicy,
  withPolicyMeta,
} from './src/policy/content-security-policy.ts';
import { licences } from './tools/build/licences.ts';
import { openSeadragonParts } from './tools/build/openseadragon-parts.ts';
import { serviceWorker } from './tools/build/service-worker.ts';
import { selfContainedWasmThreads } from './tools/build/wasm-threads.ts';
import { parseSlideHosts } from './tools/serve/policy.ts';

const policy = contentSecurityPolicy(parseSlideHosts(process.env.CONCENTRIC_SLIDE_HOSTS));

// On hosts that send no headers the policy stands in the page. Not in development, whose page has scripts of Vite's own.
const policyInPage: Plugin = {
  name: 'policy-in-page',
  apply: 'build',
  transformIndexHtml: { order: 'post', handler: (html) => withPolicyMeta(html, policy) },
};

export default defineConfig({
  // Relative addresses: dist/ works under any sub-path.
  base: './',
  // What is not there is 404, not the page once more: a missing tile must look missing.
  appType: 'mpa',
  plugins: [react(), openSeadragonParts(), policyInPage, licences(), serviceWorker()],
  // With cross-origin isolation, which gives the WASM backend its threads.
  server: { headers: commonHeaders },
  preview: { headers: { ...commonHeaders, 'Content-Security-Policy': documentPolicy(policy) } },
  // What workers import only when it is needed: found late, it would make the page reload in the middle of something.
  optimizeDeps: {
    include: [
      ...['core', 'converter', 'layers', 'backend-webgpu', 'backend-wasm', 'backend-webgl', 'backend-cpu'].map(
        (part) => `@tensorflow/tfjs-${part}`,
      ),
      '@cornerstonejs/codec-openjpeg/decodewasmjs',
    ],
  },
  worker: { format: 'es', plugins: () => [selfContainedWasmThreads()] },
  build: { target: 'es2023', chunkSizeWarningLimit: 1500 },
  test: {
    include: ['{src,tools,e2e}/**/*.test.ts'],
    environment: 'node',
    // Some tests look at the phantom, which no fresh clone has.
    globalSetup: 'tools/phantom/when-missing.ts',
    // A limit for what hangs, not for what a busy machine makes slow.
    testTimeout: 120_000,
  },
});
