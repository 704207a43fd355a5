const generate = (request, response) => response.status(503).json({ estimated_time: 1 });

export default generate;
