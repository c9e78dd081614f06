// What we use of @cornerstonejs/codec-openjpeg, which ships without types: OpenJPEG as WebAssembly, decoder only.

declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  interface J2KDecoder {
    /** Memory of the module to write the picture to. */
    getEncodedBuffer(lengthBytes: number): Uint8Array;
    /** Throws a number (a C++ exception) or an error when the picture is damaged. */
    decode(): void;
    /** Samples pixel by pixel; a view into the module's memory. */
    getDecodedBuffer(): Uint8Array;
    getFrameInfo(): { width: number; height: number; bitsPerSample: number; isSigned: boolean; componentCount: number };
    /** OPJ_COLOR_SPACE: 0 unspecified, 1 sRGB, 2 grey, 3 sYCC. */
    getColorSpace(): number;
    delete(): void;
  }
  export interface OpenJpeg {
    readonly J2KDecoder: new () => J2KDecoder;
  }
  interface Options {
    locateFile?: (name: string) => string;
    print?: (text: string) => void;
    printErr?: (text: string) => void;
  }
  const load: (options?: Options) => Promise<OpenJpeg>;
  // biome-ignore lint/style/noDefaultExport: the package's own shape
  export default load;
}

declare module '@cornerstonejs/codec-openjpeg/decodewasm?url' {
  const url: string;
  // biome-ignore lint/style/noDefaultExport: Vite's shape of an address
  export default url;
}
