export { drawBars } from "./charts/bars.ts";
export { drawForecast } from "./charts/forecast.ts";
export { drawScatter } from "./charts/scatter.ts";
export { drawSeries } from "./charts/series.ts";
export { drawStacked } from "./charts/stacked.ts";
export { savePng } from "./charts/png.ts";
