// The reader of /openapi.json; everything it needs stands under /static/vendor.
window.SwaggerUIBundle({ url: "/openapi.json", dom_id: "#addresses", deepLinking: true, validatorUrl: null });
