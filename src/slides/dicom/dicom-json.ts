// Attributes from the DICOM JSON model that web services answer with (PS3.18, annex F). It fetches nothing.

import { type AttributeName, attributes, type DicomAttributes } from './dicom-attributes.ts';

/** Reads one data set; anything else than an object has no attributes. */
export function jsonAttributes(dataSet: unknown): DicomAttributes {
  const valuesOf = (name: AttributeName): readonly unknown[] => {
    const element = member(dataSet, attributes[name][0]);
    const values = member(element, 'Value');
    return Array.isArray(values) ? values : [];
  };
  return {
    has: (name) => member(dataSet, attributes[name][0]) !== undefined,
    texts: (name) =>
      valuesOf(name)
        .filter((value) => typeof value === 'string' || typeof value === 'number')
        .map(String),
    numbers: (name) => valuesOf(name).map(numberOf),
    items: (name) => valuesOf(name).map(jsonAttributes),
  };
}

/** NaN for what is none. Numbers may come as text: decimal strings keep their digits that way. */
function numberOf(value: unknown): number {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? Number(value) : Number.NaN;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}
