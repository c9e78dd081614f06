// Keeps the WebAssembly backend's threads alive through minification. The package starts each thread from the source text
// of one of its functions. That function asks `typeof` of a variable outside itself; a minifier that sees the variable
// drops the `typeof`, and in the thread, where there is no such variable, the function then throws.

import type { Plugin } from 'vite';

const factory = /tfjs-backend-wasm[\\/]wasm-out[\\/]tfjs-backend-wasm-threaded-simd\.js$/;
const outside = 'if(typeof _scriptDir !== "undefined" && _scriptDir){scriptDirectory=_scriptDir}';

/** Takes the reference out: in a module worker the variable is never set. */
export function selfContainedWasmThreads(): Plugin {
  return {
    name: 'self-contained-wasm-threads',
    apply: 'build',
    enforce: 'pre',
    transform: {
      filter: { id: factory },
      handler(code) {
        if (!code.includes(outside))
          this.error('The WebAssembly backend has changed: look again at how it starts its threads.');
        return { code: code.replace(outside, ''), map: null };
      },
    },
  };
}
