// The part of OpenSeadragon that tools/build/openseadragon-parts.ts keeps apart: importing it adds the drawer by WebGL.
declare module 'virtual:openseadragon-webgl';
