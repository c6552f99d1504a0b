import { transformSync } from "esbuild";

/** `source`, an expression, minified as a bundler does it. Builds of another `variant` give other short names. */
export function minify(source: string, variant: number): string {
  const others = Array.from(
    { length: variant * 7 },
    (_, index) => `const other${index} = (first, second) => other${Math.max(0, index - 1)}(second, first);`,
  );
  const bundle = `globalThis.program = (() => { ${others.join("\n")}
    globalThis.kept = [${others.map((_, index) => `other${index}`).join(", ")}];
    return ${source.replace(/;\s*$/, "").replace(/^(?:\s*\/\/.*\n)*/, "")};
  })()`;
  return transformSync(bundle, { minify: true, target: "node20" }).code;
}
