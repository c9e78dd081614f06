// WebGL 2 on an OffscreenCanvas: for browsers with a graphics card but no WebGPU whose WebAssembly fails the self-test.
// It draws nothing on the screen.

import { findBackend, removeBackend } from '@tensorflow/tfjs-core';
import { Failure } from '../../lib/failure.ts';
import { installBackend, lossSignal, type RunningBackend } from './running-backend.ts';

export async function start(): Promise<RunningBackend> {
  if (typeof OffscreenCanvas === 'undefined' || new OffscreenCanvas(1, 1).getContext('webgl2') === null) {
    throw new Failure('backend-unavailable', 'this browser offers no WebGL 2. Turn its graphics acceleration on.');
  }
  const { MathBackendWebGL } = await import('@tensorflow/tfjs-backend-webgl');
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
    report,
    maxTensorBytes: Math.min(2 ** 27, side * side * 4),
    compilesShapes: true,
    inMainMemory: false,
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
