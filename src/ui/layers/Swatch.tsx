// A class's or legend entry's colour. Decoration: the name always stands beside it.

export function Swatch({ color }: { readonly color: string | undefined }) {
  return <span className="swatch" style={{ background: color }} aria-hidden="true" />;
}
