import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Import, importsOf } from '../imports.ts';

const found = (specifier: string, line = 1, typeOnly = false): Import => ({ specifier, line, typeOnly });

const CASES: readonly (readonly [name: string, source: string, expected: readonly Import[]])[] = [
  ['a side-effect import', `import './a.ts';`, [found('./a.ts')]],
  ['a default and named import', `import a, { b as c, type D } from "x";`, [found('x')]],
  ['a namespace import', `import * as a from 'x';`, [found('x')]],
  ['an import over several lines', `import {\n  a,\n  b,\n} from 'x';`, [found('x', 4)]],
  ['an import with attributes', `import a from './a.json' with { type: 'json' };`, [found('./a.json')]],
  ['import type', `import type { A } from 'x';`, [found('x', 1, true)]],
  ['a default import that is called type', `import type from 'x';`, [found('x')]],
  [
    'export from',
    `export { a } from 'x';\nexport * from 'y';\nexport * as z from 'z';`,
    [found('x'), found('y', 2), found('z', 3)],
  ],
  ['export type from', `export type { A } from 'x';`, [found('x', 1, true)]],
  ['a dynamic import', `const a = await import('x');`, [found('x')]],
  ['an import type expression', `let a: import('x').A;`, [found('x')]],
  ['imports without semicolons', `import a from 'x'\nimport b from 'y'`, [found('x'), found('y', 2)]],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: source text with a template in it
  ['a dynamic import inside a template', 'const a = `${await import("x")} from "y"`;', [found('x')]],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: source text with a template in it
  ['a template inside a template', 'const a = `${`}${{ b: 1 }.b}`}`; import "x";', [found('x')]],
  ['an import after a regular expression with quotes', `const a = /['"\`/*]/; import 'x';`, [found('x')]],
  ['an import after a division', `const a = b / c / d; import 'x'; // '`, [found('x')]],
  ['a local export before a string', `export { a };\nconst from = 'x';`, []],
  ['exported values', `export const from = 'x';\nexport function f() {}\nexport default 'y';`, []],
  ['import.meta and a method called import', `import.meta.resolve('x'); loader.import('y');`, []],
  [
    'comments, strings and templates',
    `// import 'a'\n/* import 'b' */ const c = "import 'c'"; const d = \`import 'd'\`;`,
    [],
  ],
  ['a dynamic import of a variable', 'await import(name);', []],
];

for (const [name, source, expected] of CASES) {
  test(`importsOf reads ${name}`, () => assert.deepEqual(importsOf(source), expected));
}
