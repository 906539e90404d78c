// Unpacks the Chromium of the npm package into $TMPDIR, as the package itself does. Its own list of
// fonts names places that only Amazon's cloud has; ours names the fonts that came along.
import { writeFileSync } from "node:fs";

const { default: chromium } = await import(`${process.argv[2]}/@sparticuz/chromium/build/index.js`);
await chromium.executablePath();
writeFileSync(`${process.env.TMPDIR}/fonts.conf`, `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts/fonts</dir><cachedir prefix="xdg">fonts</cachedir></fontconfig>
`);
