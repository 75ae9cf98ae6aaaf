namespace peregrine::boundary {}
