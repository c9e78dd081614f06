// The words of the slide on screen: magnification, orientation, position.

export const view = {
  controls: 'Magnification',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Fit slide',
  crosshair: 'Crosshair',
  classifyCentre: 'Classify centre',
  digitalZoom: 'digital zoom',
  digitalZoomHint: 'Closer than the scan’s own pixels: nothing new is seen',
  unscaled: (percent: string) => `${percent} % of full size`,
  magnificationNeedsScale: 'Needs the scale of the slide',
  magnification: (spacing: string) => `${spacing} on screen`,
  magnificationDigital: (spacing: string) => `${spacing} on screen: digital zoom, closer than the scan’s own pixels`,
  status: 'View status',
  statusText: (magnification: string, x: string, y: string, turned: string) =>
    `View at ${magnification}, centre ${x} across, ${y} down${turned}`,
  statusTurned: (degrees: string) => `, turned by ${degrees}`,
  statusFlipped: ', mirrored',

  pointer: 'Pointer',
  centre: 'Centre',
  position: (x: string, y: string) => `x ${x} µm, y ${y} µm`,
  positionPixels: (x: string, y: string) => `x ${x} px, y ${y} px`,
  positionPointer: 'Under the pointer, from the slide’s upper left corner as it was scanned',
  positionCentre: 'At the centre of the view, from the slide’s upper left corner as it was scanned',

  orientation: 'Rotate and mirror',
  orientationOf: (turned: string) => `Rotate and mirror, now ${turned}`,
  rotation: 'Rotation, degrees clockwise',
  rotateLeft: 'Turn left by 90°',
  rotateRight: 'Turn right by 90°',
  flip: 'Mirror left to right',
  upright: 'As scanned',
  degrees: (value: string) => `${value}°`,
  mirrored: 'mirrored',
} as const;
