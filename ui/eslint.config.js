import svelte from "eslint-plugin-svelte";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

/** Ways to make markup or code of text. What is shown may come from a configuration that somebody else wrote. */
const TEXT_INTO_MARKUP = ["innerHTML", "outerHTML", "insertAdjacentHTML", "srcdoc"].map((name) => ({
  selector: `MemberExpression[property.name="${name}"]`,
  message: "Text is shown as text: set `textContent`.",
}));

export default ts.config(
  { ignores: ["dist", "node_modules", "shots-out"] },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  {
    rules: {
      "no-undef": "off",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "svelte/no-at-html-tags": "error",
      // Sets and maps that nobody watches are plain ones.
      "svelte/prefer-svelte-reactivity": "off",
      "svelte/no-useless-mustaches": "off",
      "svelte/no-navigation-without-resolve": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  { files: ["src/**"], rules: { "no-restricted-syntax": ["error", ...TEXT_INTO_MARKUP] } },
);
