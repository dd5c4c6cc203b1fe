// The reader of /openapi.json; everything it needs stands under /static/vendor.
// No deep links: they would put a link inside each button, where no screen reader finds it.
window.SwaggerUIBundle({ url: "/openapi.json", dom_id: "#addresses", deepLinking: false, validatorUrl: null });
