// SPDX-License-Identifier: Apache-2.0
// The public interface of openstack-client-ts as text, by the compiler: what a user of the package sees, field by field.
import { resolve } from 'node:path';
import ts from 'typescript';

/** Below the folder of the project, where tests and `npm run docs` run. */
const entry = resolve('openstack-client-ts/src/index.ts');

const flags =
  ts.TypeFormatFlags.NoTruncation |
  ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope |
  ts.TypeFormatFlags.WriteArrayAsGenericType;

/** Markdown; the same sources give the same text. @throws Error when the sources do not compile */
export function publicInterface(): string {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
  const program = ts.createProgram([entry], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${entry} cannot be read`);
  const exported = checker.getExportsOfModule(module).map((symbol) => described(symbol, checker, module));
  return [
    '# The public interface of openstack-client-ts',
    '',
    'Written by `npm run docs` from the sources; a change of it is a change for its users.',
    '',
    '```ts',
    exported.sort().join('\n\n'),
    '```',
    '',
  ].join('\n');
}

function described(symbol: ts.Symbol, checker: ts.TypeChecker, module: ts.Symbol): string {
  const own = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const at = module.valueDeclaration ?? module.declarations?.[0];
  if (at === undefined) throw new Error('The package has no declarations');
  if (own.flags & ts.SymbolFlags.Value) {
    const type = checker.getTypeOfSymbolAtLocation(own, at);
    return `${symbol.name}: ${checker.typeToString(type, at, flags)}`;
  }
  const type = checker.getDeclaredTypeOfSymbol(own);
  const parameters = (own.declarations ?? []).flatMap((declaration) =>
    ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration)
      ? (declaration.typeParameters ?? []).map((parameter) => parameter.getText())
      : [],
  );
  const name = parameters.length === 0 ? symbol.name : `${symbol.name}<${parameters.join(', ')}>`;
  return `type ${name} = ${expanded(type, checker, at)}`;
}

/** Field by field, since what a type is called inside is nobody's business outside. */
function expanded(type: ts.Type, checker: ts.TypeChecker, at: ts.Node): string {
  const isWhole = type.isUnion() || checker.isArrayLikeType(type);
  const properties = isWhole ? [] : checker.getPropertiesOfType(type);
  if (properties.length === 0 || type.getCallSignatures().length > 0 || isPrimitive(type))
    return checker.typeToString(type, at, flags | ts.TypeFormatFlags.InTypeAlias);
  const lines = properties.map((property) => {
    const mark = property.flags & ts.SymbolFlags.Optional ? '?' : '';
    const text = checker.typeToString(checker.getTypeOfSymbolAtLocation(property, at), at, flags);
    return `  ${property.name}${mark}: ${text};`;
  });
  return ['{', ...lines.sort(), '}'].join('\n');
}

const isPrimitive = (type: ts.Type): boolean =>
  (type.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike)) !== 0;
