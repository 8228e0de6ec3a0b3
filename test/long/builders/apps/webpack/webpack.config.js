import HtmlPlugin from "html-webpack-plugin";
import CssPlugin from "mini-css-extract-plugin";

// The names are those of Create React App.
export default {
  entry: "./src/main.js",
  devtool: "source-map",
  output: {
    clean: true,
    publicPath: "/",
    filename: "static/js/[name].[contenthash:8].js",
    chunkFilename: "static/js/[name].[contenthash:8].chunk.js",
    assetModuleFilename: "static/media/[name].[hash][ext]",
  },
  module: { rules: [{ test: /\.css$/, use: [CssPlugin.loader, "css-loader"] }] },
  plugins: [
    new HtmlPlugin({ title: "webpack", hash: true }),
    new CssPlugin({
      filename: "static/css/[name].[contenthash:8].css",
      chunkFilename: "static/css/[name].[contenthash:8].chunk.css",
    }),
  ],
};
