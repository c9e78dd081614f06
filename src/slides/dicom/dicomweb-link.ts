// The form of links to DICOMweb studies and series (PS3.18, 10.4). Pure.

const SERIES_PATH = /^(.*\/studies\/[0-9.]+)\/series\/([0-9.]+)(?:\/.*)?$/;
const STUDY_PATH = /^(.*\/studies\/[0-9.]+)\/?$/;

/** True for links to a study, a series, or something in a series. */
export function isDicomWebLink(url: string): boolean {
  const { pathname } = new URL(url);
  return SERIES_PATH.test(pathname) || STUDY_PATH.test(pathname);
}

/** The addresses, without query, of the study and of the series where the link names one. */
export function studyAndSeries(link: string): { study: string; series: string | null } {
  const { origin, pathname } = new URL(link);
  const [, ofSeries, uid] = SERIES_PATH.exec(pathname) ?? [];
  if (ofSeries === undefined) return { study: `${origin}${STUDY_PATH.exec(pathname)?.[1] ?? ''}`, series: null };
  return { study: `${origin}${ofSeries}`, series: `${origin}${ofSeries}/series/${uid}` };
}
