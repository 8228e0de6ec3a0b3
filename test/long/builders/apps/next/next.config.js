module.exports = {
  output: "export",
  distDir: ".next",
  trailingSlash: process.env.SLASH === "true",
  productionBrowserSourceMaps: true,
  turbopack: { root: __dirname },
};
