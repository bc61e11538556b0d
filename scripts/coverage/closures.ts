// How a function of `src` is called, read from its source: by a name that a reader can follow, or as a closure that
// was handed over, whose caller sees only that it is a function.
import { readFileSync } from "node:fs";
import ts from "typescript";

/**
 * - `named`: a function, a method of a class, an accessor, a constructor, a closure bound to a constant or a field
 * - `language`: a closure given to the language or to Node: `map`, `then`, a timer, an emitter's `on`
 * - `closure`: any other: a member of an object literal, an argument of a function of ours or of the framework's, a
 *   result, a value that is assigned
 */
export type Kind = "named" | "language" | "closure";

/** Methods and functions of the language and of Node that call what they are given. */
const callers = new Set(
  `map flatMap filter forEach some every find findIndex findLast reduce sort toSorted from
   then catch finally Promise replace replaceAll
   setTimeout setInterval setImmediate queueMicrotask nextTick
   on once addListener prependListener addEventListener`.split(/\s+/),
);

type Callable = ts.FunctionLikeDeclaration;

function isCallable(node: ts.Node): node is Callable {
  return ts.isFunctionLike(node) && "body" in node && node.body !== undefined;
}

/** Past what changes neither value nor place: parentheses and assertions of types. */
function placeOf(node: ts.Node): ts.Node {
  const { parent } = node;
  const isTransparent =
    ts.isParenthesizedExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isSatisfiesExpression(parent) ||
    ts.isNonNullExpression(parent);
  return isTransparent ? placeOf(parent) : parent;
}

function calleeOf(call: ts.CallExpression | ts.NewExpression): string {
  const callee = call.expression;
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text;
  return ts.isIdentifier(callee) ? callee.text : "";
}

function kindOf(node: Callable): Kind {
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node))
    return ts.isObjectLiteralExpression(node.parent) ? "closure" : "named";
  const place = placeOf(node);
  if (ts.isVariableDeclaration(place) || ts.isPropertyDeclaration(place)) return "named";
  if (!ts.isCallExpression(place) && !ts.isNewExpression(place)) return "closure";
  return callers.has(calleeOf(place)) ? "language" : "closure";
}

export interface Source {
  /** The kind of the function that V8 found from `start` to `end`. */
  kindAt(start: number, end: number): Kind;
  lineAt(start: number): number;
}

export function readSource(file: string): Source {
  const tree = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const byEnd = new Map<number, Callable[]>();
  const visit = (node: ts.Node): void => {
    if (isCallable(node)) byEnd.set(node.end, [...(byEnd.get(node.end) ?? []), node]);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return {
    kindAt(start, end) {
      // Those of one end are inside each other; V8 may begin a method at its name.
      const distance = (node: Callable) => Math.abs(node.getStart(tree) - start);
      const [nearest] = (byEnd.get(end) ?? []).toSorted((a, b) => distance(a) - distance(b));
      return nearest === undefined ? "named" : kindOf(nearest); // a class's initializers are no closures
    },
    lineAt: (start) => tree.getLineAndCharacterOfPosition(start).line + 1,
  };
}
