// The DICOM attributes that a slide is made of, by name, whatever carries them: a file (binary) or a web service (JSON).
// Names, tags and value representations: DICOM PS3.6; their meaning: PS3.3, C.8.12 (VL Whole Slide Microscopy).

/** Tag (group and element in hexadecimal) and value representation, which implicit files leave out. */
export const attributes = {
  TransferSyntaxUID: ['00020010', 'UI'],
  ImageType: ['00080008', 'CS'],
  SOPInstanceUID: ['00080018', 'UI'],
  Modality: ['00080060', 'CS'],
  Manufacturer: ['00080070', 'LO'],
  ManufacturerModelName: ['00081090', 'LO'],
  SeriesDescription: ['0008103E', 'LO'],
  SeriesInstanceUID: ['0020000E', 'UI'],
  InstanceNumber: ['00200013', 'IS'],
  ConcatenationUID: ['00209161', 'UI'],
  ConcatenationFrameOffsetNumber: ['00209228', 'UL'],
  DimensionOrganizationType: ['00209311', 'CS'],
  SamplesPerPixel: ['00280002', 'US'],
  PhotometricInterpretation: ['00280004', 'CS'],
  PlanarConfiguration: ['00280006', 'US'],
  NumberOfFrames: ['00280008', 'IS'],
  Rows: ['00280010', 'US'],
  Columns: ['00280011', 'US'],
  PixelSpacing: ['00280030', 'DS'],
  BitsAllocated: ['00280100', 'US'],
  ICCProfile: ['00282000', 'OB'],
  PixelMeasuresSequence: ['00289110', 'SQ'],
  ContainerIdentifier: ['00400512', 'LO'],
  ImagedVolumeWidth: ['00480001', 'FL'],
  ImagedVolumeHeight: ['00480002', 'FL'],
  TotalPixelMatrixColumns: ['00480006', 'UL'],
  TotalPixelMatrixRows: ['00480007', 'UL'],
  OpticalPathSequence: ['00480105', 'SQ'],
  ObjectiveLensPower: ['00480112', 'DS'],
  PlanePositionSlideSequence: ['0048021A', 'SQ'],
  ColumnPositionInTotalImagePixelMatrix: ['0048021E', 'SL'],
  RowPositionInTotalImagePixelMatrix: ['0048021F', 'SL'],
  SharedFunctionalGroupsSequence: ['52009229', 'SQ'],
  PerFrameFunctionalGroupsSequence: ['52009230', 'SQ'],
} as const satisfies Record<string, readonly [tag: string, vr: string]>;

export type AttributeName = keyof typeof attributes;

/** A data set, or an item of a sequence in it. What is not there, or not readable as asked, is empty. */
export interface DicomAttributes {
  has(name: AttributeName): boolean;
  texts(name: AttributeName): readonly string[];
  numbers(name: AttributeName): readonly number[];
  items(name: AttributeName): readonly DicomAttributes[];
}
