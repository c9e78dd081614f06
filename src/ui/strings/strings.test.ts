// Every word of the interface stands in this folder: components hold none, neither as text
// nor in what is read out or shown on hovering, so that a translation is one folder.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';

const here = join(import.meta.dirname, '..');

/** Attributes that people read or hear. */
const spoken =
  /^(title|alt|placeholder|label|text|hint|heading|summary|caption|aria-(label|description|roledescription|valuetext))$/;
/** A word in any script. Signs and single letters such as x and y of a place are none, */
const word = /\p{L}{2,}/u;
/** nor the symbols of units, which no language changes. */
const unit = /^ *(px|µm|mm|µm\/px) *$/;

interface Node {
  readonly type: string;
  readonly [member: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function childrenOf(node: Node): Node[] {
  return Object.values(node).flat().filter(isNode);
}

/** What an expression may show: the texts of a choice count, those handed to a call or compared with do not. */
function shownTexts(node: Node): string[] {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [node.value] : [];
    case 'TemplateLiteral':
      return childrenOf(node).flatMap((part) =>
        part.type === 'TemplateElement' ? [(part.value as { raw: string }).raw] : shownTexts(part),
      );
    case 'ConditionalExpression':
      return [node.consequent, node.alternate].filter(isNode).flatMap(shownTexts);
    case 'LogicalExpression':
    case 'BinaryExpression':
      return node.type === 'BinaryExpression' && node.operator !== '+'
        ? []
        : [node.left, node.right].filter(isNode).flatMap(shownTexts);
    case 'JSXExpressionContainer':
    case 'ParenthesizedExpression':
      return isNode(node.expression) ? shownTexts(node.expression) : [];
    default:
      return [];
  }
}

/** Words in a component's markup. */
function wordsIn(source: string): string[] {
  const found: string[] = [];
  const visit = (node: Node) => {
    if (node.type === 'JSXText') found.push(String(node.value).trim());
    if (node.type === 'JSXElement' || node.type === 'JSXFragment') {
      const children = (node.children as Node[]).filter(({ type }) => type === 'JSXExpressionContainer');
      found.push(...children.flatMap(shownTexts));
    }
    if (node.type === 'JSXOpeningElement') {
      const isIconButton = (node.name as Node).name === 'IconButton';
      for (const { name, value } of node.attributes as Node[]) {
        const attribute = isNode(name) ? String(name.name) : '';
        const isSpoken = spoken.test(attribute) || (isIconButton && attribute === 'name');
        if (isSpoken && isNode(value)) found.push(...shownTexts(value));
      }
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(parseSync('component.tsx', source).program as unknown as Node);
  return found.filter((text) => word.test(text) && !unit.test(text));
}

test('a word in a component is found, wherever it is shown', () => {
  const shown = (markup: string) => wordsIn(`export const Part = () => ${markup};`);
  expect(shown('<p>Open the slide</p>')).toEqual(['Open the slide']);
  expect(shown('<p>{isOpen ? "Open" : "Closed for " + days + " days"}</p>')).toEqual(['Open', 'Closed for ', ' days']);
  expect(shown('<p>{`Closed`}</p>')).toEqual(['Closed']);
  expect(shown('<IconButton icon="close" name="Close" />')).toEqual(['Close']);
  expect(shown('<button aria-label="Close" className="quiet" type="button">{words.close}</button>')).toEqual(['Close']);
  expect(shown('<p>{state === "open" && words.open} × {x}</p>')).toEqual([]);
});

test('components hold no words of their own', () => {
  const files = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.tsx'));
  expect(files.length).toBeGreaterThan(40);
  const words = files.flatMap((path) =>
    wordsIn(readFileSync(join(here, path), 'utf8')).map((text) => `${relative(here, join(here, path))}: ${text}`),
  );
  expect(words).toEqual([]);
});
