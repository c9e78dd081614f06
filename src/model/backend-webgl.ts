// WebGL 2 on an OffscreenCanvas: for browsers with a graphics card but no WebGPU whose WebAssembly fails the self-test.

import { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import { env, findBackend, removeBackend } from '@tensorflow/tfjs-core';
import { installBackend, lossSignal, type RunningBackend } from './running-backend.ts';

export async function start(): Promise<RunningBackend> {
  if (env().getNumber('WEBGL_VERSION') < 2) throw new Error('the browser offers no WebGL 2 here');
  const instance = new MathBackendWebGL();
  await installBackend('webgl', instance);
  const { lost, report } = lossSignal();
  const { gl } = instance.gpgpu;
  let closed = false;
  gl.canvas.addEventListener('webglcontextlost', () => {
    if (!closed) report('The browser took the WebGL context away.');
  });
  const side = gl.getParameter(gl.MAX_TEXTURE_SIZE) as number;
  return {
    detail: `on ${rendererName(gl)}.`,
    lost,
    maxTensorBytes: Math.min(2 ** 27, side * side * 4),
    compilesShapes: true,
    close() {
      closed = true;
      if (findBackend('webgl') === instance) removeBackend('webgl');
    },
  };
}

function rendererName(gl: WebGLRenderingContext): string {
  const unmasked = gl.getExtension('WEBGL_debug_renderer_info')?.UNMASKED_RENDERER_WEBGL;
  return String(gl.getParameter(unmasked ?? gl.RENDERER));
}
