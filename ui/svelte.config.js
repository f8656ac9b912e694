export default {
  compilerOptions: {
    runes: true,
    // Templates are built node by node, without `innerHTML`.
    fragments: "tree",
  },
};
