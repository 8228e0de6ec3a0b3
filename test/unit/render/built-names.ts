/** The names of the files of one builder's output, as builds of two versions of one application have them. */
export interface BuiltNames {
  builder: string;
  /** Have a hash of their content, and keep it for ever. */
  hashed: string;
  /** Have one that looks like a word with a number: asked for each time, and found in other releases. */
  maybe?: string;
  /** Belong to one build, which a folder names. */
  ofOneBuild?: string;
  /** Had the same name in both versions, and mostly another content. */
  unhashed: string;
}

/** Recorded from builds with the builders' usual settings. Each text is a list with spaces or line breaks between. */
export const builtNames: readonly BuiltNames[] = [
  {
    builder: "Vite 8.3.8",
    hashed: `
      assets/index-BmiZ5LH9.css
      assets/index-D1dAnvSi.js
      assets/index-DhkvSMqM.css
      assets/index-oJSp-QCV.js
      assets/late-3akRHhwE.js
      assets/late-Cor4MLOB.css
      assets/late-CrEfdFgp.js
      assets/made-D36jRune.ttf
      assets/picture-CFDDt955.png
      assets/picture-CRcnzT3G.png`,
    unhashed: `
      assets/i18n/en.json
      favicon.png
      index.html`,
  },
  {
    builder: "webpack 5.112.2 with the names of Create React App",
    hashed: `
      static/css/541.a94032d3.chunk.css
      static/css/main.68f196c5.css
      static/css/main.ef62a3cf.css
      static/js/541.d5ba71c4.chunk.js
      static/js/main.05535c9f.js
      static/js/main.6cafc42d.js
      static/media/made.2fb4614a43ae4ee6c25e.ttf
      static/media/picture.476c58b20dff97da62da.png
      static/media/picture.77a8e8a49217068deeb9.png`,
    maybe: "static/js/541.bc234257.chunk.js",
    unhashed: `
      assets/i18n/en.json
      favicon.png
      index.html`,
  },
  {
    builder: "Angular 22.2",
    hashed: `
      chunk-4XSOD6VB.js
      chunk-4XSOD6VB.js.map
      chunk-RHLBTR3D.js
      chunk-RHLBTR3D.js.map
      chunk-UZFHRVHH.js
      chunk-UZFHRVHH.js.map
      main-FW5C6DYG.js
      main-FW5C6DYG.js.map
      main-MOCHWUVY.js
      main-MOCHWUVY.js.map
      media/made-BV2HWLP6.ttf
      media/picture-BI566SQK.png
      media/picture-OEGKJWXN.png
      styles-QGLRL5E5.css
      styles-QGLRL5E5.css.map
      styles-S7V6A3EH.css
      styles-S7V6A3EH.css.map`,
    unhashed: `
      3rdpartylicenses.txt
      assets/i18n/en.json
      favicon.png
      index.html`,
  },
  {
    builder: "Next.js 16.4.6 by Turbopack",
    hashed: `
      _next/static/chunks/095bwpgkr3sei.css
      _next/static/chunks/0cz1d0mv5g_q7.js
      _next/static/chunks/0gejp8vdfs9gt.js
      _next/static/chunks/0n7pdcxrtpf3m.js
      _next/static/chunks/0pk2_hb7lvn8l.css
      _next/static/chunks/19um-ewcissj-.css
      _next/static/chunks/1qgxedji5cv89.js
      _next/static/chunks/28x14n0l3w07i.js
      _next/static/chunks/2v8dj2uej4-bc.js
      _next/static/chunks/2vqgpoorfktkp.js
      _next/static/chunks/2wo7njbsfwwkq.js
      _next/static/chunks/2z2e_6g7psgue.js
      _next/static/chunks/turbopack-0zq_vp9s-5ndp.js
      _next/static/media/made.3ygafh-yzbrrv.ttf
      _next/static/media/picture.06ksycxs-qz23.png
      _next/static/media/picture.3n5qhy4paadh7.png`,
    ofOneBuild: `
      _next/static/6CYSAKQrxqFjjwgmTimHr/_buildManifest.js
      _next/static/6CYSAKQrxqFjjwgmTimHr/_clientMiddlewareManifest.js
      _next/static/6CYSAKQrxqFjjwgmTimHr/_ssgManifest.js`,
    unhashed: `
      404.html
      __next.__PAGE__.txt
      __next._full.txt
      __next._tree.txt
      _not-found.html
      _not-found.txt
      _not-found/__next._full.txt
      _not-found/__next._not-found.__PAGE__.txt
      _not-found/__next._tree.txt
      assets/i18n/en.json
      favicon.png
      index.html
      index.txt
      users/john.doe.html
      users/john.doe.txt
      users/john.doe/__next._full.txt
      users/john.doe/__next._tree.txt
      users/john.doe/__next.users.$d$name.__PAGE__.txt`,
  },
  {
    builder: "Next.js 16.4.6 by webpack",
    hashed: `
      _next/static/chunks/374.15df860dbb7fc217.js
      _next/static/chunks/4bd1b696-c29fcbad74eaf0af.js
      _next/static/chunks/794-49d08fb73300350f.js
      _next/static/chunks/app/_global-error/page-96455ce5ef605c06.js
      _next/static/chunks/app/_not-found/page-a964761723878f12.js
      _next/static/chunks/app/layout-0fbfbf24fba154c5.js
      _next/static/chunks/app/layout-84e353480da6cf5e.js
      _next/static/chunks/app/page-96455ce5ef605c06.js
      _next/static/chunks/app/users/[name]/page-96455ce5ef605c06.js
      _next/static/chunks/framework-e3cbde5644088364.js
      _next/static/chunks/main-app-3de72587dd04f38f.js
      _next/static/chunks/main-c0e5b965ee4a80f3.js
      _next/static/chunks/next/dist/client/components/builtin/app-error-96455ce5ef605c06.js
      _next/static/chunks/next/dist/client/components/builtin/forbidden-96455ce5ef605c06.js
      _next/static/chunks/next/dist/client/components/builtin/global-error-2fbac7d00f31fbaa.js
      _next/static/chunks/next/dist/client/components/builtin/not-found-96455ce5ef605c06.js
      _next/static/chunks/next/dist/client/components/builtin/unauthorized-96455ce5ef605c06.js
      _next/static/chunks/polyfills-42372ed130431b0a.js
      _next/static/chunks/webpack-dcda9c6d69935a68.js
      _next/static/css/4be79f25a554990a.css
      _next/static/css/543c34d2e80e7fad.css
      _next/static/css/f66511373832350c.css
      _next/static/media/made.0d747b2d.ttf
      _next/static/media/picture.0a3bef4a.png
      _next/static/media/picture.710ca4da.png`,
    ofOneBuild: `
      _next/static/HNVrBJCFAUvK62mLBc-XO/_buildManifest.js
      _next/static/HNVrBJCFAUvK62mLBc-XO/_ssgManifest.js
      _next/static/c2KYgLZ1-uQOSF0sQb-hB/_buildManifest.js`,
    unhashed: `
      404.html
      __next.__PAGE__.txt
      __next._full.txt
      __next._tree.txt
      _not-found.html
      _not-found.txt
      _not-found/__next._full.txt
      _not-found/__next._not-found.__PAGE__.txt
      _not-found/__next._tree.txt
      assets/i18n/en.json
      favicon.png
      index.html
      index.txt
      users/john.doe.html
      users/john.doe.txt
      users/john.doe/__next._full.txt
      users/john.doe/__next._tree.txt
      users/john.doe/__next.users.$d$name.__PAGE__.txt`,
  },
  {
    builder: "SvelteKit 3.2.0",
    hashed: `
      _app/immutable/assets/0.ArmsxbLp.css
      _app/immutable/assets/0.DzUs1sCn.css
      _app/immutable/assets/made.D36jRune.ttf
      _app/immutable/assets/picture.CFDDt955.png
      _app/immutable/assets/picture.CRcnzT3G.png
      _app/immutable/chunks/B0e82xfe.js
      _app/immutable/chunks/Bjy-W4x2.js
      _app/immutable/chunks/Bkw59_cW.js
      _app/immutable/chunks/BluownWj.js
      _app/immutable/chunks/D_ATC6qk.js
      _app/immutable/chunks/DclECHGd.js
      _app/immutable/chunks/DgephNYQ.js
      _app/immutable/chunks/kgZzdD5a.js
      _app/immutable/chunks/o-tsQn__.js
      _app/immutable/entry/app.DWBgsuSw.js
      _app/immutable/entry/app.DojYYHBz.js
      _app/immutable/entry/payload.DSmR2FwN.js
      _app/immutable/entry/start.CVbRwHRQ.js
      _app/immutable/nodes/0.CZfjPLGe.js
      _app/immutable/nodes/0.IhwMGiuZ.js
      _app/immutable/nodes/1.CSRK90yx.js
      _app/immutable/nodes/2.BCJ7LoOu.js
      _app/immutable/nodes/3.UVErqovG.js`,
    unhashed: `
      _app/version.json
      assets/i18n/en.json
      favicon.png
      index.html`,
  },
  {
    builder: "Astro 7.3.5",
    hashed: `
      _astro/frame.astro_astro_type_script_index_0_lang.D2DHmdAO.js
      _astro/frame.astro_astro_type_script_index_0_lang.zZRNHG3G.js
      _astro/late.B0e82xfe.js
      _astro/late.BluownWj.js
      _astro/made.D36jRune.ttf
      _astro/picture.CFDDt955.png
      _astro/picture.CRcnzT3G.png`,
    unhashed: `
      assets/i18n/en.json
      favicon.png
      index.html
      users/john.doe/index.html`,
  },
];
