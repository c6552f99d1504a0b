// Starts Swagger UI on the page /docs/api. It is loaded as it stands, after the bundle that defines the global.
globalThis.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api-reference",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  // Without this it would ask a validator on the internet.
  validatorUrl: null,
  // The page has its own title; a second one would be a second first heading.
  plugins: [() => ({ wrapComponents: { InfoContainer: () => () => null } })],
});
