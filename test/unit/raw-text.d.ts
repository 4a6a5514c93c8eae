declare module "*.md?raw" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: the shape that the bundler gives a file imported as text
  export default text;
}
