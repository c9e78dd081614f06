// Markdown as elements: headings, paragraphs, lists, tables, emphasis, code and links. HTML in it stays text, so that a card
// from anywhere can be shown. Loaded with the first card.

import { lexer, type Token, type Tokens } from 'marked';
import type { ReactNode } from 'react';

/** `headingLevel`: of the text's own first level, so that the page's outline stays whole. */
export function MarkdownText({ text, headingLevel }: { readonly text: string; readonly headingLevel: 3 | 4 | 5 }) {
  return <div className="markdown">{lexer(text).map((token, index) => blockOf(token, index, headingLevel))}</div>;
}

function blockOf(token: Token, key: number, headingLevel: number): ReactNode {
  switch (token.type) {
    case 'heading': {
      const { depth, tokens } = token as Tokens.Heading;
      const Heading = `h${Math.min(6, headingLevel + depth - 1)}` as 'h3';
      return <Heading key={key}>{inline(tokens)}</Heading>;
    }
    case 'paragraph':
      return <p key={key}>{inline((token as Tokens.Paragraph).tokens)}</p>;
    case 'list': {
      const { ordered, items } = token as Tokens.List;
      const List = ordered ? 'ol' : 'ul';
      return (
        <List key={key}>
          {items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a text does not change its order
            <li key={index}>{item.tokens.map((part, at) => blockOf(part, at, headingLevel))}</li>
          ))}
        </List>
      );
    }
    case 'table':
      return <MarkdownTable key={key} table={token as Tokens.Table} />;
    case 'code':
      return (
        <pre key={key}>
          <code>{(token as Tokens.Code).text}</code>
        </pre>
      );
    case 'space':
    case 'hr':
      return null;
    default:
      return <span key={key}>{inline([token])}</span>;
  }
}

function MarkdownTable({ table: { header, rows } }: { readonly table: Tokens.Table }) {
  return (
    <table className="numbers">
      <thead>
        <tr>
          {header.map((cell, column) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a text does not change its order
            <th key={column} scope="col">
              {inline(cell.tokens)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a text does not change its order
          <tr key={index}>
            {row.map((cell, column) => {
              const Cell = column === 0 ? 'th' : 'td';
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a text does not change its order
                <Cell key={column} scope={column === 0 ? 'row' : undefined}>
                  {inline(cell.tokens)}
                </Cell>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function inline(tokens: readonly Token[]): ReactNode[] {
  return tokens.map((token, index) => {
    switch (token.type) {
      case 'strong':
        // biome-ignore lint/suspicious/noArrayIndexKey: a text does not change its order
        return <strong key={index}>{inline((token as Tokens.Strong).tokens)}</strong>;
      case 'em':
        // biome-ignore lint/suspicious/noArrayIndexKey: a text does not change its order
        return <em key={index}>{inline((token as Tokens.Em).tokens)}</em>;
      case 'codespan':
        // biome-ignore lint/suspicious/noArrayIndexKey: a text does not change its order
        return <code key={index}>{(token as Tokens.Codespan).text}</code>;
      case 'br':
        return ' ';
      case 'link':
        return inline((token as Tokens.Link).tokens);
      case 'text': {
        const { tokens: parts, text } = token as Tokens.Text;
        return parts === undefined ? text : inline(parts);
      }
      default:
        return token.raw;
    }
  });
}
